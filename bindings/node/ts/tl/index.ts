export { Api } from "./api";
