// Ten thousand sales, from a shop into a warehouse: in steps, as a batch, as a stream. Kill it when you like
// and start it again. `--help` says more.
using Cano.Examples;
using Cano.Examples.Etl;

using var signals = new StopSignals();
var exitCode = await new EtlProgram(Console.Out, Console.Error).RunAsync(args, signals.Token);
return exitCode == EtlProgram.Stopped ? signals.ExitCode : exitCode;
