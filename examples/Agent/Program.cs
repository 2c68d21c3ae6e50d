// An agent that asks a model what to do next, does it, and asks a person before it reaches outside. Kill it
// when you like and start it again: it goes on where it was. `--help` says more, and so does `help` at its
// prompt.
using Cano.Examples.Agent;
using Cano.Examples.Terminal;

return await Launch.RunAsync(
    args,
    (output, read) => new AgentProgram(output, Console.Error) { ReadLineAsync = read }
);
