using System.Diagnostics;
using Cano.Testing;

namespace Cano.Reliability.Parking;

/// <summary>Runs that wait, every other for a signal, the others for their time.</summary>
internal sealed class Crowd
{
    private const int Among = 256;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly Signal s_go = new("go");
    private static readonly string s_input = new('i', 1000);

    private readonly CanoEngine _engine;
    private readonly Workflow<string> _workflow;
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ended;
    private int _awaited = -1;

    public Crowd(CanoEngine engine)
    {
        _engine = engine;
        _workflow = Workflow
            .Bare<string>()
            .WithName("parked")
            .Accepts<string>()
            .WithResources(new Resources().Insert("store", MemoryStore.Durable()))
            .Register(
                "begin",
                context =>
                {
                    context.Store.Put("amount", 7);
                    return IsTimed(context.RunId) ? "sleep" : "ask";
                },
                TaskConfig.Minimal
            )
            .RegisterTimer("sleep", s_hour, "check")
            .RegisterWait("ask", Wait.For<string>().On(s_go, "check"))
            .Register(
                "check",
                context =>
                {
                    Broken.Unless(context.Store.Get<int>("amount") == 7, "a durable value is lost");
                    Broken.Unless(context.Input<string>() == s_input, "the input is lost");
                    if (Interlocked.Increment(ref _ended) == _awaited)
                        _all.SetResult();
                    return "done";
                },
                TaskConfig.Minimal
            )
            .AddExitState("done");
        engine.Add(_workflow);
    }

    /// <summary>Starts those from one number to another; returns when all of them wait.</summary>
    public async Task StartAsync(int from, int to)
    {
        await Parallel.ForAsync(
            from,
            to,
            new ParallelOptions { MaxDegreeOfParallelism = Among },
            async (run, cancel) => await _engine.StartAsync(_workflow, "begin", IdOf(run), s_input, cancel)
        );
        while (await WaitingAsync() < to)
            await Task.Delay(s_look, TimeProvider.System);
    }

    private async Task<long> WaitingAsync() =>
        (await _engine.CountAsync(new RunQuery { WorkflowName = "parked" })).GetValueOrDefault(
            RunStatus.Waiting
        );

    /// <summary>Signals every thousandth of those that wait for one, which ends it.</summary>
    public async Task<(int Count, TimeSpan Took)> SignalAsync(int count)
    {
        var (sent, clock) = (0, Stopwatch.StartNew());
        for (var run = 1; run < count; run += 1000)
        {
            await _engine.SignalAsync(IdOf(run), s_go);
            sent++;
        }

        for (var run = 1; run < count; run += 1000)
            Broken.Unless(
                await _engine.Run(_workflow, IdOf(run)).Completion() == "done",
                $"run {run} did not come to its end"
            );
        return (sent, clock.Elapsed);
    }

    /// <summary>Lets the time of all others come; returns when they have ended, each with a durable
    /// row.</summary>
    public async Task<(int Count, TimeSpan Took)> WakeAsync(VirtualTime time, int count)
    {
        var timers = Enumerable.Range(0, count).Count(run => IsTimed(IdOf(run)));
        (_ended, _awaited) = (0, timers);
        var clock = Stopwatch.StartNew();
        time.Advance(s_hour);
        await _all.Task;
        return (timers, clock.Elapsed);
    }

    private static bool IsTimed(string id) => (id[^1] - '0') % 2 == 0;

    /// <summary>36 characters.</summary>
    private static string IdOf(int run) => $"a-run-that-waits-{run:D19}";
}
