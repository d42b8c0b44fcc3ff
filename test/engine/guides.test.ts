import { firstDocuments, runDocuments, testDocuments } from "../support/run-documents.ts";

testDocuments(runDocuments.filter((document) => !firstDocuments.includes(document)));
