namespace Cano.Integration.Splits;

/// <summary>Workflows whose first state is a split that measures texts, each in a journaled branch.</summary>
internal sealed class JournaledSplits(Trail trail)
{
    /// <summary>The results that `Work`, the state behind the split, found.</summary>
    public BranchResults<string, int>? Behind { get; private set; }

    /// <summary>How the items come to be; marks itself.</summary>
    public string Asked { get; init; } = "asked";

    public JoinStrategy Join { get; init; } = JoinStrategy.PartialResults(1);

    public SplitConfig Config { get; init; } = new() { WaitForAll = true, Branch = TaskConfig.Minimal };

    /// <summary>What a branch does besides; it may throw.</summary>
    public Func<TaskContext, string, CancellationToken, Task> Body { get; init; } =
        (_, _, _) => Task.CompletedTask;

    /// <summary>What the state behind does.</summary>
    public Action<TaskContext> Next { get; init; } = _ => { };

    /// <summary>What is in the run's data when it starts.</summary>
    public MemoryStore Data { get; } = MemoryStore.Durable();

    public Workflow<Stage> Of(params string[] items) =>
        Workflow
            .Create<Stage>(new Resources().Insert("store", Data))
            .WithName("lengths")
            .RegisterSplit(
                Stage.Start,
                _ =>
                {
                    trail.Add(Asked);
                    return items;
                },
                MeasureAsync,
                Join,
                (_, _) => Stage.Work,
                Config with
                {
                    Journaled = true,
                }
            )
            .Register(
                Stage.Work,
                context =>
                {
                    Behind = context.BranchResults<string, int>();
                    Next(context);
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);

    private async Task<int> MeasureAsync(TaskContext context, string item, CancellationToken token)
    {
        trail.Add($"body {item}");
        await Body(context, item, token);
        return item.Length > 0 ? item.Length : throw new IOException("empty");
    }
}
