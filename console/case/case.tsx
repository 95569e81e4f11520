export function Case({ id }: { id: string }) {
  return <h1>{id}</h1>;
}
