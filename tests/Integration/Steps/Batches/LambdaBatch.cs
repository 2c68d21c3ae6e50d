namespace Cano.Integration.Steps.Batches;

/// <summary>A batch of texts that marks what it does and keeps its results.</summary>
internal sealed class LambdaBatch(
    IReadOnlyList<string> items,
    Func<string, ValueTask<string>> process,
    Trail trail
) : IBatchTask<Stage, string, string>
{
    public TaskConfig Config { get; init; } = TaskConfig.Minimal;

    public int Concurrency { get; init; } = 1;

    public RetryMode ItemRetry { get; init; } = RetryMode.None;

    /// <summary>What fails: "load" or "finish".</summary>
    public string? Fails { get; init; }

    /// <summary>How often that fails.</summary>
    public int FailCount { get; set; } = int.MaxValue;

    public IReadOnlyList<ItemResult<string>> Results { get; private set; } = [];

    /// <summary>The token of the newest item.</summary>
    public CancellationToken Token { get; private set; }

    public ValueTask<IReadOnlyList<string>> LoadAsync(
        TaskContext context,
        CancellationToken cancellationToken
    )
    {
        trail.Add("load");
        FailAt("load");
        return new(items);
    }

    public ValueTask<string> ProcessItemAsync(
        TaskContext context,
        string item,
        CancellationToken cancellationToken
    )
    {
        trail.Add(item);
        Token = cancellationToken;
        return process(item);
    }

    public ValueTask<Stage> FinishAsync(
        TaskContext context,
        IReadOnlyList<ItemResult<string>> results,
        CancellationToken cancellationToken
    )
    {
        Results = results;
        trail.Add(string.Join(' ', results.Select(slot => $"{slot.Index}:{slot.Value}").Prepend("finish")));
        FailAt("finish");
        return new(Stage.End);
    }

    private void FailAt(string step)
    {
        if (step == Fails && FailCount-- > 0)
            throw new IOException(step);
    }
}
