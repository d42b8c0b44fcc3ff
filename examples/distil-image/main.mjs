import { colours } from "#colours";

console.log(`${process.env.GREETING} from a distilled image: ${colours.join(", ")}`);
