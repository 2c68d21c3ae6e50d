namespace Cano.Reliability.Runs;

/// <summary>A workflow that is run, killed and resumed. Each task marks that it starts.</summary>
/// <param name="Name">What kind it is.</param>
/// <param name="Begin">Its first state.</param>
/// <param name="Make">Makes it with this store; the tasks hand their marks to the action.</param>
internal sealed record Journey(
    string Name,
    string Begin,
    Func<ICheckpointStore, Action<string>, Workflow<string>> Make
)
{
    private const int Length = 5;

    private const string End = "end";

    public static IReadOnlyList<Journey> All { get; } =
    [new("plain", "s0", Plain), new("saga", "s0", Saga), new("stepped", "s0", Stepped)];

    private static Workflow<string> Plain(ICheckpointStore store, Action<string> mark)
    {
        var workflow = Bare(store);
        for (var i = 0; i < Length; i++)
        {
            var step = i;
            workflow = workflow.Register(
                $"s{step}",
                _ => Marked(mark, $"do s{step}", After(step)),
                TaskConfig.Minimal
            );
        }

        return workflow;
    }

    /// <summary>Every step succeeds, the state after them fails, every step is undone.</summary>
    private static Workflow<string> Saga(ICheckpointStore store, Action<string> mark)
    {
        var workflow = Bare(store);
        for (var i = 0; i < Length; i++)
        {
            var step = i;
            workflow = workflow.RegisterWithCompensation<int>(
                $"s{step}",
                (_, _) => new((Marked(mark, $"do s{step}", $"s{step + 1}"), step)),
                (_, output, _) =>
                {
                    mark($"undo s{output}");
                    return default;
                }
            );
        }

        return workflow.Register(
            $"s{Length}",
            (Func<TaskContext, string>)(_ => throw new IOException(Marked(mark, "fail", "broken"))),
            TaskConfig.Minimal
        );
    }

    /// <summary>Two stepped states, then a plain one.</summary>
    private static Workflow<string> Stepped(ICheckpointStore store, Action<string> mark)
    {
        var workflow = Bare(store);
        for (var i = 0; i < 2; i++)
        {
            var state = i;
            workflow = workflow.RegisterStepped<int>(
                $"s{state}",
                (_, cursor, _) =>
                {
                    mark($"step {state}/{cursor.Or(0)}");
                    return new(
                        cursor.Or(0) < Length
                            ? StepOutcome.More(cursor.Or(0) + 1)
                            : StepOutcome.Done($"s{state + 1}")
                    );
                },
                TaskConfig.Minimal
            );
        }

        return workflow.Register("s2", _ => Marked(mark, "do s2", End), TaskConfig.Minimal);
    }

    private static Workflow<string> Bare(ICheckpointStore store) =>
        Workflow.Bare<string>().AddExitState(End).WithCheckpointStore(store);

    private static string After(int step) => step + 1 < Length ? $"s{step + 1}" : End;

    private static string Marked(Action<string> mark, string text, string next)
    {
        mark(text);
        return next;
    }
}
