using System.Collections.Concurrent;

namespace Cano.Integration;

/// <summary>What happened, in order; bodies of a test leave their marks here.</summary>
internal sealed class Trail
{
    private readonly ConcurrentQueue<string> _marks = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = [];

    public IReadOnlyList<string> Marks => [.. _marks];

    public void Add(object mark)
    {
        _marks.Enqueue(mark.ToString()!);
        _awaited.GetOrAdd(mark.ToString()!, _ => Awaited()).TrySetResult();
    }

    /// <summary>Completes when there is such a mark.</summary>
    public Task HasAsync(string mark) => _awaited.GetOrAdd(mark, _ => Awaited()).Task;

    private static TaskCompletionSource Awaited() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int CountOf(object mark) => _marks.Count(known => known == mark.ToString());

    /// <summary>Each stage marks itself and goes on to the next; the last one is an exit.</summary>
    public Workflow<Stage> Through(params Stage[] stages)
    {
        var workflow = Workflow.Bare<Stage>().AddExitState(stages[^1]);
        foreach (var (stage, next) in stages.Zip(stages.Skip(1)))
            workflow = workflow.Register(stage, Marking(stage, next));
        return workflow;
    }

    public Func<TaskContext, Stage> Marking(Stage stage, Stage next) =>
        _ =>
        {
            Add(stage);
            return next;
        };
}
