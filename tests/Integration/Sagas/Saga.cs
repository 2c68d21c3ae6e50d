namespace Cano.Integration.Sagas;

/// <summary>Steps of sagas that mark what they do and undo.</summary>
internal static class Saga
{
    /// <summary>Marks "do Work"; undone with its output it marks "undo Work".</summary>
    public static Workflow<Stage> Step(
        this Workflow<Stage> workflow,
        Trail trail,
        Stage stage,
        Stage next,
        TaskConfig? config = null,
        Action<TaskContext>? doing = null,
        Action<TaskContext>? undoing = null
    ) =>
        workflow.RegisterWithCompensation<string>(
            stage,
            (context, _) =>
            {
                trail.Add($"do {stage}");
                doing?.Invoke(context);
                return new((next, stage.ToString()));
            },
            (context, output, _) =>
            {
                trail.Add($"undo {output}");
                undoing?.Invoke(context);
                return default;
            },
            config ?? TaskConfig.Minimal
        );

    /// <summary>A plain task that fails at once and for good.</summary>
    public static Workflow<Stage> Failing(
        this Workflow<Stage> workflow,
        Stage stage,
        string message = "broken"
    ) => workflow.Register(stage, _ => throw new IOException(message), TaskConfig.Minimal);

    /// <summary>Start, Work and Next are steps; Last fails.</summary>
    public static Workflow<Stage> Three(Trail trail, Action<TaskContext>? undoing = null) =>
        Workflow
            .Bare<Stage>()
            .Step(trail, Stage.Start, Stage.Work, undoing: undoing)
            .Step(trail, Stage.Work, Stage.Next, undoing: undoing)
            .Step(trail, Stage.Next, Stage.Last, undoing: undoing)
            .Failing(Stage.Last)
            .AddExitState(Stage.End);

    /// <summary>The same saga without its failure.</summary>
    public static Workflow<Stage> Sound(Trail trail) => Three(trail).Register(Stage.Last, _ => Stage.End);

    /// <summary>What was undone, in order.</summary>
    public static IEnumerable<string> Undone(this Trail trail) =>
        trail.Marks.Where(mark => mark.StartsWith("undo", StringComparison.Ordinal));

    /// <summary>An error's texts, those of a failed rollback one by one.</summary>
    public static IEnumerable<string> Texts(this CanoError error) => error.Errors.Select(one => one.Message);
}
