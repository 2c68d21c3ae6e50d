namespace Cano.Integration.Steps;

/// <summary>Start does some work and goes on to End, as one kind of work or another.</summary>
internal static class Kind
{
    public static Workflow<Stage> Of(string kind, TaskConfig config, Func<CancellationToken, Task> body)
    {
        var workflow = Workflow.Bare<Stage>();
        return kind switch
        {
            "task" => workflow.Register(Stage.Start, RunAsync, config),
            "branch" => workflow.RegisterSplit(
                Stage.Start,
                [CanoTask.From("branch", RunAsync, config)],
                JoinConfig.Create(JoinStrategy.All, Stage.End)
            ),
            "stepped" => workflow.RegisterStepped<int>(
                Stage.Start,
                async (_, _, token) =>
                {
                    await body(token);
                    return StepOutcome.Done(Stage.End);
                },
                config
            ),
            "compensatable" => workflow.RegisterWithCompensation<int>(
                Stage.Start,
                async (_, token) =>
                {
                    await body(token);
                    return (Stage.End, 1);
                },
                (_, _, _) => default,
                config
            ),
            "poll" => workflow.RegisterPoll(
                Stage.Start,
                async (_, token) =>
                {
                    await body(token);
                    return PollOutcome.Ready(Stage.End);
                },
                config
            ),
            _ => workflow.Register(Stage.Start, new Batch(config, body)),
        };

        async ValueTask<Stage> RunAsync(TaskContext context, CancellationToken token)
        {
            await body(token);
            return Stage.End;
        }
    }

    /// <summary>A batch whose load is the work.</summary>
    private sealed class Batch(TaskConfig config, Func<CancellationToken, Task> body)
        : IBatchTask<Stage, int, int>
    {
        public TaskConfig Config => config;

        public async ValueTask<IReadOnlyList<int>> LoadAsync(
            TaskContext context,
            CancellationToken cancellationToken
        )
        {
            await body(cancellationToken);
            return [];
        }

        public ValueTask<int> ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken cancellationToken
        ) => new(item);

        public ValueTask<Stage> FinishAsync(
            TaskContext context,
            IReadOnlyList<ItemResult<int>> results,
            CancellationToken cancellationToken
        ) => new(Stage.End);
    }
}
