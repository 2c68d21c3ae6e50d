// Expenses that two people approve before they are paid. Kill it when you like and start it again: it goes on
// where it was. `--help` says more, and so does `help` at its prompt.
using Cano.Examples.Expenses;
using Cano.Examples.Terminal;

return await Launch.RunAsync(
    args,
    (output, read) => new ExpensesProgram(output, Console.Error) { ReadLineAsync = read }
);
