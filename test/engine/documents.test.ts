import { firstDocuments, testDocuments } from "../support/run-documents.ts";

testDocuments(firstDocuments);
