export { Lightbox } from "./Lightbox";
