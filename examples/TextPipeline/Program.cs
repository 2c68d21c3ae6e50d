// Reads every text file of a folder and writes a report about its words. Kill it when you like and start it
// again: it goes on where it was, and the report is the same. `--help` says more.
using Cano.Examples;
using Cano.Examples.TextPipeline;

using var signals = new StopSignals();
var exitCode = await new TextPipelineProgram(Console.Out, Console.Error).RunAsync(args, signals.Token);
return exitCode == TextPipelineProgram.Stopped ? signals.ExitCode : exitCode;
