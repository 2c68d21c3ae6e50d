namespace Cano.Integration.Engines.Children;

/// <summary>Parents, and children that decide when they are told to.</summary>
internal sealed class Family(Trail trail)
{
    public static readonly Signal Finish = new("finish");

    public static readonly Signal Fail = new("fail");

    /// <summary>How often a child that is told to fail does so before it does not.</summary>
    public int FailuresLeft { get; set; } = int.MaxValue;

    /// <summary>Reserves, which can be undone, and then waits until it is told to finish or to fail. Gives
    /// what it was given, doubled.</summary>
    public Workflow<Stage> Child(string name = "child") =>
        Workflow
            .Bare<Stage>()
            .WithName(name)
            .Accepts<int>()
            .RegisterWithCompensation(
                Stage.Start,
                (context, _) =>
                {
                    trail.Add($"reserve {context.RunId}");
                    return new ValueTask<(Stage, string)>((Stage.Work, context.RunId));
                },
                (_, output, _) =>
                {
                    trail.Add($"undo {output}");
                    return default;
                },
                TaskConfig.Minimal
            )
            .RegisterWait(
                Stage.Work,
                Wait.For<Stage>().On(Finish, Stage.Next).On(Fail, _ => throw new IOException("told to fail"))
            )
            .Register(
                Stage.Next,
                context =>
                {
                    context.SetOutput(2 * context.Input<int>());
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);

    /// <summary>Gives its input doubled at once; fails as often as it is to.</summary>
    public Workflow<Stage> Quick(string name = "quick") =>
        Workflow
            .Bare<Stage>()
            .WithName(name)
            .Accepts<int>()
            .Register(
                Stage.Start,
                context =>
                {
                    trail.Add($"run {context.RunId}");
                    if (context.Input<int>() < 0 && FailuresLeft-- > 0)
                        throw new IOException($"no {context.Input<int>()}");
                    context.SetOutput(2 * context.Input<int>());
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);

    /// <summary>Pays, which can be undone, and starts one child.</summary>
    public Workflow<Stage> ParentOf(Workflow<Stage> child, Func<TaskContext, ChildEnd<Stage>, Stage> next) =>
        Paying("parent")
            .RegisterChild(Stage.Work, child, Stage.Start, _ => 21, next)
            .AddExitStates(Stage.End, Stage.Stop);

    /// <summary>Starts a child for each number.</summary>
    public Workflow<Stage> ParentOfEach(
        Workflow<Stage> child,
        int[] items,
        JoinStrategy join,
        SplitConfig? config = null
    ) =>
        Paying("parent")
            .RegisterChildren(
                Stage.Work,
                _ =>
                {
                    trail.Add("items");
                    return items;
                },
                child,
                Stage.Start,
                join,
                (_, ends) =>
                {
                    trail.Add(string.Join(", ", ends.Select(end => $"{end.Status}")));
                    return Stage.End;
                },
                config
            )
            .AddExitState(Stage.End);

    private Workflow<Stage> Paying(string name) =>
        Workflow
            .Bare<Stage>()
            .WithName(name)
            .RegisterWithCompensation(
                Stage.Start,
                (_, _) => new ValueTask<(Stage, int)>((Stage.Work, 7)),
                (_, output, _) =>
                {
                    trail.Add($"undo {output}");
                    return default;
                },
                TaskConfig.Minimal
            );

    /// <summary>Returns when the run waits.</summary>
    public static async Task<RunInfo> WaitingAsync(CanoEngine engine, string id)
    {
        while (await engine.FindAsync(id) is null)
            await Task.Yield();
        await foreach (var run in engine.WatchAsync(id))
            if (run.Waiting is not null)
                return run;
        throw new InvalidOperationException($"Run '{id}' has ended.");
    }
}
