// Expenses that two people approve before they are paid. Kill it when you like and start it again: it goes on
// where it was. `--help` says more, and so does `help` at its prompt.
using Cano.Examples.Expenses;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The program stops in order; the process need not be torn down.
    pressed.Cancel = true;
    stop.Cancel();
};
var isTyped = !Console.IsInputRedirected && !Console.IsOutputRedirected;
using var prompt = isTyped ? new Prompt("> ") : null;
Func<string?> read = prompt is null ? Console.ReadLine : prompt.ReadLine;
var program = new ExpensesProgram(prompt ?? Console.Out, Console.Error)
{
    // Reading blocks; whoever stops the program does not wait for a line.
    ReadLineAsync = token => Task.Run(read, token).WaitAsync(token),
};
return await program.RunAsync(args, stop.Token);
