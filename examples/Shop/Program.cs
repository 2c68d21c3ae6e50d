// Orders whose payment, stock and shipping go at once. Kill it when you like and start it again: each goes on
// where it was. `--help` says more, and so does `help` at its prompt.
using Cano.Examples.Shop;
using Cano.Examples.Terminal;

return await Launch.RunAsync(
    args,
    (output, read) => new ShopProgram(output, Console.Error) { ReadLineAsync = read }
);
