using System.Diagnostics;
using System.Globalization;
using Cano.Testing;

namespace Cano.Reliability.Parking;

/// <summary>Runs that wait, a third each for a signal, for their time, and for a child, which waits for a
/// signal.</summary>
internal sealed class Crowd
{
    private const int Among = 256;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private const string Child = "parked-child";

    private static readonly string[] s_states = ["sleep", "ask", "parent"];
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
        var child = Workflow
            .Bare<string>()
            .WithName(Child)
            .RegisterWait("ask", Wait.For<string>().On(s_go, "done"))
            .AddExitState("done");
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
                    return s_states[KindOf(context.RunId)];
                },
                TaskConfig.Minimal
            )
            .RegisterTimer("sleep", s_hour, "check")
            .RegisterWait("ask", Wait.For<string>().On(s_go, "check"))
            .RegisterChild("parent", child, "ask", (_, end) => end.IsSuccess ? "check" : "")
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
        while (await WaitingAsync("parked") < to || await WaitingAsync(Child) < ChildrenAmong(to))
            await Task.Delay(s_look, TimeProvider.System);
    }

    /// <summary>How many of the first so many runs have a child.</summary>
    public static int ChildrenAmong(int count) => Enumerable.Range(0, count).Count(run => KindOf(run) == 2);

    private async Task<long> WaitingAsync(string workflow) =>
        (await _engine.CountAsync(new RunQuery { WorkflowName = workflow })).GetValueOrDefault(
            RunStatus.Waiting
        );

    /// <summary>Signals every thousandth of those that wait for one, or the child that it waits for, which
    /// ends it.</summary>
    public async Task<(int Count, TimeSpan Took)> SignalAsync(int count)
    {
        var (sent, clock) = (0, Stopwatch.StartNew());
        int[] among = [.. Enumerable.Range(0, count).Where(run => run % 1000 == 1 && KindOf(run) > 0)];
        foreach (var run in among)
        {
            await _engine.SignalAsync(KindOf(run) == 2 ? $"{IdOf(run)}/1" : IdOf(run), s_go);
            sent++;
        }

        foreach (var run in among)
            Broken.Unless(
                await _engine.Run(_workflow, IdOf(run)).Completion() == "done",
                $"run {run} did not come to its end"
            );
        return (sent, clock.Elapsed);
    }

    /// <summary>Lets the time of all others come; returns when they have ended, each with a durable
    /// row.</summary>
    public async Task<(int Count, TimeSpan Took, TimeSpan Processor)> WakeAsync(VirtualTime time, int count)
    {
        var timers = Enumerable.Range(0, count).Count(run => KindOf(run) == 0);
        (_ended, _awaited) = (0, timers);
        var (clock, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        time.Advance(s_hour);
        await _all.Task;
        return (timers, clock.Elapsed, Environment.CpuUsage.TotalTime - before);
    }

    private static int KindOf(int run) => run % s_states.Length;

    private static int KindOf(string id) => KindOf(int.Parse(id[^19..], CultureInfo.InvariantCulture));

    /// <summary>36 characters.</summary>
    private static string IdOf(int run) => $"a-run-that-waits-{run:D19}";
}
