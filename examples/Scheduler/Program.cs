// Runs a few flows until Ctrl-C, then stops in good order. `--help` says more.
using Cano;
using Cano.Examples.Scheduling;

const string Usage = """
    Runs a few flows until Ctrl-C, then stops in good order.

    Usage: Scheduler [DIRECTORY]

      DIRECTORY   where the backup is journaled: kill the program half-way, start it again, and that
                  backup goes on first; nowhere unless given
    """;
if (args.Intersect(["-h", "--help"]).Any())
{
    Console.WriteLine(Usage);
    return 0;
}

if (args is [_, _, ..] or ["" or ['-', ..]])
{
    Console.Error.WriteLine($"Scheduler: what is '{args[^1]}'? Give a directory or nothing; see --help");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The scheduler stops its flows; the process need not be torn down.
    pressed.Cancel = true;
    stop.Cancel();
};

var backup = args is [var directory, ..]
    ? Flows.Backup(Console.Out).WithCheckpoints(directory)
    : Flows.Backup(Console.Out);
var scheduler = new Scheduler()
    .EverySeconds("pulse", Flows.Pulse(Console.Out), FlowState.Work, 2)
    .EverySeconds("flaky", Flows.Flaky(Console.Out), FlowState.Work, 1)
    .SetBackoff("flaky", new BackoffPolicy { Initial = TimeSpan.FromSeconds(1), TripAfter = 4 })
    .Cron("backup", backup, FlowState.Collect, "*/15 * * * * *", TimeZoneInfo.Local, MissedPolicy.RunOnce)
    .Manual("import", Flows.Pulse(Console.Out), FlowState.Work);
Console.WriteLine(scheduler.Preview("backup", 3));

var running = await scheduler.StartAsync(stop.Token);
await running.TriggerAsync("import");
await running.WaitAsync();

foreach (var flow in running.List())
    Console.WriteLine(
        $"{flow.Id}: {flow.Status}, {flow.RunCount} runs, {flow.SkippedCount} passed over {flow.LastError?.Message}"
    );
var stopped = await running.StopAsync();
Console.WriteLine(stopped.Clean ? "stopped" : $"still running: {string.Join(", ", stopped.StillRunning)}");
return stopped.Clean ? 0 : 1;
