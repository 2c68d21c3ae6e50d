// Reads every text file of a folder and writes a report about its words. Kill it when you like and start it
// again: it goes on where it was, and the report is the same. `--help` says more.
using Cano.Examples.TextPipeline;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The run is told to stop and says so itself; the process need not be torn down.
    pressed.Cancel = true;
    stop.Cancel();
};
return await new TextPipelineProgram(Console.Out, Console.Error).RunAsync(args, stop.Token);
