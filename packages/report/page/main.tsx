import { render } from "preact";
import { dataId, type PageData } from "../src/page-data.ts";
import "./style.css";
import { App } from "./app.tsx";

const data = JSON.parse(document.getElementById(dataId)?.textContent ?? "") as PageData;
const root = document.getElementById("page");
if (root) render(<App {...data} />, root);
