export { ChatGetter } from "./chatGetter";
