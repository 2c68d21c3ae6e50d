using Cano.Integration.Steps.Waits;

namespace Cano.Integration.Engines;

/// <summary>An expense that is paid when it is approved.</summary>
internal sealed class Approvals(Trail trail)
{
    public static readonly Signal<Approval> Approve = new("approve");

    public static readonly Signal Refuse = new("refuse");

    /// <summary>A day; then an expense that nobody has decided is over.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>How often the body of an approval fails before it does not.</summary>
    public int FailuresLeft { get; set; }

    public Wait<Stage> Waiting(Stage next = Stage.End) =>
        Wait.For<Stage>()
            .On(
                Approve,
                (context, approval, _) =>
                {
                    trail.Add($"{approval.By} {approval.Amount}");
                    if (FailuresLeft-- > 0)
                        throw new IOException("the bank is closed");
                    return new ValueTask<Stage>(next);
                },
                TaskConfig.Minimal,
                [next]
            )
            .On(Refuse, Stage.Stop);

    /// <summary>Reserved in `Next`, decided upon in `Start`.</summary>
    public Workflow<Stage> Of(Wait<Stage>? wait = null) =>
        Workflow
            .Bare<Stage>()
            .WithName("expenses")
            .RegisterWithCompensation(
                Stage.Next,
                (_, _) => new ValueTask<(Stage, int)>((Stage.Start, 5)),
                (_, output, _) =>
                {
                    trail.Add($"undo {output}");
                    return default;
                },
                TaskConfig.Minimal
            )
            .RegisterWait(Stage.Start, wait ?? Waiting())
            .AddExitStates(Stage.End, Stage.Stop);

    /// <summary>Returns when the run waits for something.</summary>
    public static async Task<RunInfo> WaitingAsync(CanoEngine engine, string id = "expense-1")
    {
        await foreach (var run in engine.WatchAsync(id))
            if (run.Waiting is not null)
                return run;
        throw new InvalidOperationException($"Run '{id}' has ended.");
    }
}
