using Cano.Cluster.Stores;
using Cano.Testing;

namespace Cano.Cluster.Guides;

/// <summary>A program whose runs are in the midst of everything when it is stopped. What it is opened on is
/// its caller's.</summary>
internal sealed class OrderProgram
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);
    private static readonly Signal s_brought = new("brought");
    private static readonly Signal<int> s_paid = new("paid");

    // The clock stands still, and the one of a database, which says when a signal came, goes on.
    private static readonly DateTimeOffset s_begin = TimeProvider.System.GetUtcNow();

    private readonly VirtualTime _time = new(s_begin);
    private readonly Trail _trail = new();
    private readonly Gate _gate = new();
    private readonly Workflow<Stage> _orders;
    private readonly Workflow<Stage> _report;
    private RunningScheduler? _schedule;

    /// <summary>The orders.</summary>
    public static IReadOnlyList<string> Ids { get; } = ["at work", "brought", "late", "paid", "refused"];

    public OrderProgram() => (_orders, _report) = (Orders(), Report());

    public CanoEngineOptions Options => new() { TimeProvider = _time, Lease = TimeSpan.FromHours(1) };

    /// <summary>What was done outside, in the order of the words.</summary>
    public IReadOnlyList<string> Marks => [.. _trail.Marks.Order(StringComparer.Ordinal)];

    /// <summary>To the middle of everything; disposing of the engine stops it there.</summary>
    public async Task BeginAsync(CanoEngine engine)
    {
        await OpenAsync(engine);
        foreach (var id in Ids)
            await engine.StartAsync(_orders, Stage.Start, id).Soon();
        foreach (var id in Ids)
            await _trail.HasAsync($"{id}/1: send").Soon();
        foreach (var id in Ids.Except(["brought"]))
        {
            await engine.SignalAsync($"{id}/1", s_brought).Soon();
            await WaitingAsync(engine, id, Stage.Next).Soon();
        }

        await engine.SignalAsync("at work", s_paid, 1).Soon();
        await _gate.Entered.Soon();
        _time.Advance(s_interval);
        await _trail.HasAsync("report 1").Soon();
        await engine.SuspendAsync().Soon();
        // One is told something while nobody is there.
        await engine.SignalAsync("paid", s_paid, 2).Soon();
    }

    /// <summary>To the end of all.</summary>
    /// <returns>The rows of each run.</returns>
    public async Task<IReadOnlyList<string>> GoOnAsync(CanoEngine engine)
    {
        _gate.Open();
        await OpenAsync(engine);
        await engine.SignalAsync("brought/1", s_brought).Soon();
        await engine.SignalAsync("brought", s_paid, 3).Soon();
        await engine.SignalAsync("refused", s_paid, 4).Soon();
        foreach (var id in Ids.Except(["late"]))
            await EndAsync(engine, id).Soon();
        _time.Advance(s_interval);
        await _trail.HasAsync("report 2").Soon();
        await _schedule!.StopAsync().Soon();
        _time.Advance(TimeSpan.FromHours(2));
        await EndAsync(engine, "late").Soon();
        var all = new List<string>();
        foreach (var id in Ids.SelectMany(id => new[] { id, $"{id}/1" }))
        {
            var rows = await engine.HistoryAsync(id).Soon();
            all.Add($"{id}: {string.Join(", ", rows.Select(row => $"{row.Kind} {row.State}"))}");
        }

        return all;
    }

    private async Task OpenAsync(CanoEngine engine)
    {
        engine.Add(_orders);
        engine.Add(_report);
        await engine.ResumeAsync().AllAsync().Soon();
        _schedule = await engine.ScheduleAsync(it => it.Every("report", _report, Stage.Start, s_interval));
    }

    private Workflow<Stage> Report() =>
        Workflow
            .Bare<Stage>()
            .WithName("report")
            .Register(
                Stage.Start,
                _ =>
                {
                    _trail.Add($"report {(_time.GetUtcNow() - s_begin).TotalMinutes}");
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);

    private Workflow<Stage> Orders() =>
        Workflow
            .Bare<Stage>()
            .WithName("orders")
            .RegisterWithCompensation(Stage.Start, Doing("reserve", Stage.Work), UndoAsync)
            .RegisterChild(Stage.Work, Delivery(), Stage.Start, (_, _) => Stage.Next)
            .RegisterWait(
                Stage.Next,
                Wait.For<Stage>().On(s_paid, Stage.Last).After(TimeSpan.FromHours(2), Stage.Stop)
            )
            .RegisterWithCompensation(Stage.Last, Doing("charge", Stage.Lost), UndoAsync)
            .Register(Stage.Lost, BookAsync, TaskConfig.Minimal)
            .AddExitStates(Stage.End, Stage.Stop);

    private Workflow<Stage> Delivery() =>
        Workflow
            .Bare<Stage>()
            .WithName("delivery")
            .Register(
                Stage.Start,
                context =>
                {
                    _trail.Add($"{context.RunId}: send");
                    return Stage.Next;
                }
            )
            .RegisterWait(Stage.Next, Wait.For<Stage>().On(s_brought, Stage.End))
            .AddExitState(Stage.End);

    private Func<TaskContext, CancellationToken, ValueTask<(Stage, string)>> Doing(string what, Stage next) =>
        (context, _) =>
        {
            _trail.Add($"{context.RunId}: {what}");
            return new((next, what));
        };

    private async Task<Stage> BookAsync(TaskContext context, CancellationToken token)
    {
        if (context.RunId == "refused")
            throw new IOException("the bank is closed");
        if (context.RunId == "at work")
            await _gate.PassAsync(token);
        _trail.Add($"{context.RunId}: book");
        return Stage.End;
    }

    private ValueTask UndoAsync(TaskContext context, string what, CancellationToken token)
    {
        _trail.Add($"{context.RunId}: undo {what}");
        return default;
    }

    private async Task EndAsync(CanoEngine engine, string id)
    {
        try
        {
            _trail.Add($"{id}: {await engine.Run(_orders, id).Completion()}");
        }
        catch (CanoException failed)
        {
            _trail.Add($"{id}: {failed.Error.Category}");
        }
    }

    private static async Task WaitingAsync(CanoEngine engine, string id, Stage stage)
    {
        await foreach (var run in engine.WatchAsync(id))
            if (run.Waiting is not null && run.State == $"{stage}")
                return;
    }
}
