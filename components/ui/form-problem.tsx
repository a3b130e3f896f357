/** What is wrong with a form as a whole, said where the verb is. */
export function FormProblem({ text }: { text: string }) {
  return text ? (
    <p role="alert" className="rounded-md border border-denied-line bg-denied-soft px-3 py-2 text-denied text-sm">
      {text}
    </p>
  ) : null
}
