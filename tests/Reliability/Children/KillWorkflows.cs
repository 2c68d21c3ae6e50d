namespace Cano.Reliability.Children;

/// <summary>The workflows that are killed: plain ones, sagas that end well or fail on purpose, stepped
/// ones.</summary>
internal static class KillWorkflows
{
    public const int States = 24;

    /// <summary>Runs take turns: plain, failing saga, stepped, saga that ends well.</summary>
    public static bool FailsOnPurpose(int run) => run % 4 == 1;

    /// <param name="run">The number of the run, which chooses the workflow.</param>
    /// <param name="tell">Called with `start` or `undo` and the place of the work: its visit and, in a
    /// stepped state, its step, or the state undone.</param>
    public static Workflow<int> Of(int run, Action<string, string> tell) =>
        (run % 4) switch
        {
            0 => Plain(tell),
            2 => Stepped(tell),
            _ => Saga(FailsOnPurpose(run), tell),
        };

    private static Workflow<int> Plain(Action<string, string> tell)
    {
        var workflow = Workflow.Create<int>(new Resources());
        for (var state = 0; state < States; state++)
        {
            var here = state;
            workflow = workflow.Register(
                here,
                _ =>
                {
                    tell("start", $"{here}");
                    return here + 1;
                }
            );
        }

        return workflow.AddExitState(States);
    }

    private static Workflow<int> Saga(bool fails, Action<string, string> tell)
    {
        var workflow = Workflow.Create<int>(new Resources());
        for (var state = 0; state < States; state++)
        {
            var here = state;
            if (here == States - 1)
                workflow = workflow.Register(
                    here,
                    _ =>
                    {
                        tell("start", $"{here}");
                        return fails ? throw new InvalidOperationException("on purpose") : here + 1;
                    },
                    TaskConfig.Minimal.WithFixedRetry(0, TimeSpan.Zero)
                );
            else
                workflow = workflow.RegisterWithCompensation<int>(
                    here,
                    (_, _) =>
                    {
                        tell("start", $"{here}");
                        return new((here + 1, here));
                    },
                    (_, output, _) =>
                    {
                        tell("undo", $"{output}");
                        return default;
                    }
                );
        }

        return workflow.AddExitState(States);
    }

    private static Workflow<int> Stepped(Action<string, string> tell) =>
        Workflow
            .Create<int>(new Resources())
            .RegisterStepped<int>(
                0,
                (_, cursor, _) =>
                {
                    var step = cursor.HasValue ? cursor.Value : 0;
                    tell("start", $"{step}");
                    return new(step < States ? StepOutcome.More(step + 1) : StepOutcome.Done(1));
                }
            )
            .AddExitState(1);
}
