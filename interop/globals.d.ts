// What the page's code blocks leave open, as types; preload.cjs gives the values.
declare const apiId: number;
declare const apiHash: string;
