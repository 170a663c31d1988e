declare module "virtual:emoji" {
  const rows: [string, number, string, string[], string][];
  export default rows;
}
