using Npgsql;

namespace Cano.Reliability.Clusters.Processes;

/// <summary>A workflow with every kind of step; what it does is noted in a ledger.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="settings">Of its node.</param>
internal sealed class ErrandWorkflow(NodeLedger ledger, NodeSettings settings)
{
    public static readonly Signal<string> Paid = new(Errand.Signal);

    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(50);

    private static TaskConfig Stubborn => TaskConfig.Minimal.WithFixedRetry(5, TimeSpan.FromMilliseconds(10));

    private Workflow<string>? _leaf;

    /// <summary>Nothing but what it buys.</summary>
    public Workflow<string> Booking =>
        Workflow
            .Bare<string>()
            .WithName("booking")
            .Register("book", (context, token) => BookAsync(context, Errand.End, token), Stubborn)
            .AddExitState(Errand.End);

    public Workflow<string> Of(uint version)
    {
        var leaf = _leaf ??= Leaf();
        var workflow = Workflow
            .Bare<string>()
            .WithName("errand")
            .WithWorkflowVersion(version)
            .Accepts<Errand>()
            .RegisterWithCompensation<string>(Errand.Start, PayAsync, RefundAsync, Stubborn, undo: Stubborn)
            .Register("again", AgainAsync, Stubborn)
            .RegisterPoll("poll", PollAsync, Stubborn)
            .RegisterRouter("route", context => Of(context).IsJournaled ? "written" : "split")
            .RegisterTimer("rest", s_short, "waits")
            .RegisterRouter(
                "waits",
                context => Of(context) is { IsForgotten: false, IsRaced: false } ? "timeless" : "wait"
            )
            .RegisterWait("wait", Waiting())
            .RegisterWait("timeless", Wait.For<string>().On(Paid, TakeAsync, Stubborn))
            .Register("late", (context, token) => DoAsync(context, "late", "child", token), Stubborn)
            .RegisterChild("child", leaf, "work", _ => 0, (_, end) => Joined(end.IsSuccess, "pair"))
            .RegisterChildren<int, string>(
                "pair",
                _ => [1, 2],
                leaf,
                "work",
                JoinStrategy.All,
                (_, ends) => Joined(ends.All(end => end.IsSuccess), "steps")
            )
            .RegisterStepped<int>("steps", StepAsync, Stubborn)
            .RegisterStream("stream", new ErrandStream(this))
            .RegisterBatch<int, int>(
                "batch",
                _ => [0, 1],
                BatchAsync,
                (_, _) => "sum",
                concurrency: 2,
                Stubborn
            )
            .Register("sum", context => context.RunId.Length > 0 ? "book" : Errand.End)
            .Pure("sum")
            .Register("book", (context, token) => BookAsync(context, "close", token), Stubborn)
            .Register("close", CloseAsync, TaskConfig.Minimal)
            .AddExitState(Errand.End);
        return Split(Split(workflow, "split", isJournaled: false), "written", isJournaled: true);
    }

    /// <summary>A child: it pays and rests for a moment.</summary>
    private Workflow<string> Leaf() =>
        Workflow
            .Bare<string>()
            .WithName("leaf")
            .Accepts<int>()
            .RegisterWithCompensation<string>(
                "work",
                async (context, token) =>
                {
                    await DoAsync(context, "work", Errand.End, token);
                    return (Errand.End, context.EffectKey);
                },
                RefundAsync,
                Stubborn,
                undo: Stubborn
            )
            .AddExitState(Errand.End);

    private Workflow<string> Split(Workflow<string> workflow, string state, bool isJournaled) =>
        workflow.RegisterSplit<int, int>(
            state,
            _ => [0, 1, 2],
            async (context, item, token) =>
            {
                await DoAsync(context, $"split.{item}", "", token);
                return item;
            },
            JoinStrategy.All,
            (context, _) => Of(context).IsTimed ? "rest" : "timeless",
            new SplitConfig { Journaled = isJournaled, Branch = Stubborn }
        );

    private Wait<string> Waiting() =>
        Wait.For<string>().On(Paid, TakeAsync, Stubborn).After(settings.Rest, "late");

    private async ValueTask<string> TakeAsync(TaskContext context, string payload, CancellationToken token)
    {
        await DoAsync(context, "paid", "", token, payload);
        return "child";
    }

    private async ValueTask<(string, string)> PayAsync(TaskContext context, CancellationToken token)
    {
        await DoAsync(context, "pay", "", token);
        return ("again", context.EffectKey);
    }

    private async ValueTask RefundAsync(TaskContext context, string receipt, CancellationToken token)
    {
        await Task.Delay(Drawn(), TimeProvider.System, token);
        ledger.Note(LedgerMark.Undone, context, "undo", receipt);
    }

    private Task<string> AgainAsync(TaskContext context, CancellationToken token) =>
        context.Attempt == 1 ? throw new IOException("once") : DoAsync(context, "again", "poll", token);

    private async ValueTask<PollOutcome<string>> PollAsync(TaskContext context, CancellationToken token)
    {
        if (Of(context).IsTimed && Random.Shared.Next(2) == 0)
            return PollOutcome.Pending(s_short);
        await DoAsync(context, "poll", "", token);
        return PollOutcome.Ready("route");
    }

    private async ValueTask<StepOutcome<int, string>> StepAsync(
        TaskContext context,
        Cursor<int> cursor,
        CancellationToken token
    )
    {
        var step = cursor.Or(0);
        if (step == 3)
            return StepOutcome.Done("stream");
        await DoAsync(context, $"step.{step}", "", token);
        return StepOutcome.More(step + 1);
    }

    private async ValueTask<int> BatchAsync(TaskContext context, int item, CancellationToken token)
    {
        await DoAsync(context, $"batch.{item}", "", token);
        return item;
    }

    /// <summary>Buys in the database itself.</summary>
    private async Task<string> BookAsync(TaskContext context, string next, CancellationToken token)
    {
        ledger.Note(LedgerMark.Begun, context, "book");
        var receipt = await context.Transactional(
            async (connection, _) =>
            {
                await using var buy = new NpgsqlCommand(
                    $"insert into {settings.Schema}_own.purchase (run_id, key) values ($1, $2) returning receipt",
                    connection
                );
                buy.Parameters.AddWithValue(context.RunId);
                buy.Parameters.AddWithValue(context.EffectKey);
                return (long)(await buy.ExecuteScalarAsync(token))!;
            },
            cancellationToken: token
        );
        ledger.Note(LedgerMark.Done, context, "book", $"{receipt}");
        context.SetOutput(receipt);
        return next;
    }

    private Task<string> CloseAsync(TaskContext context, CancellationToken token) =>
        Of(context).Fails
            ? throw new InvalidOperationException("on purpose")
            : DoAsync(context, "close", Errand.End, token);

    /// <summary>Makes an effect outside.</summary>
    public async Task<string> DoAsync(
        TaskContext context,
        string what,
        string next,
        CancellationToken token,
        string note = "-"
    )
    {
        ledger.Note(LedgerMark.Begun, context, what, note);
        await Task.Delay(Drawn(), TimeProvider.System, token);
        ledger.Note(LedgerMark.Done, context, what, note);
        return next;
    }

    private TimeSpan Drawn() => settings.Work * Random.Shared.NextDouble();

    private static Errand Of(TaskContext context) => context.Input<Errand>();

    private static string Joined(bool isSuccess, string next) =>
        isSuccess ? next : throw new InvalidOperationException("a child did not come to its end");
}
