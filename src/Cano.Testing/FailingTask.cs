namespace Cano.Testing;

/// <summary>Makes tasks that fail when they are told to.</summary>
public static class FailingTask
{
    /// <summary>A task that throws on these attempts of each visit, and goes on to `next` on every
    /// other.</summary>
    /// <param name="attempts">Attempts, from 1.</param>
    /// <param name="next">The state that follows.</param>
    /// <param name="config">Retries, for instance; <see cref="TaskConfig.Minimal"/> unless given.</param>
    /// <param name="failure">Makes what is thrown; an <see cref="IOException"/> that names the attempt unless
    /// given.</param>
    public static FailingTask<TState> OnAttempts<TState>(
        IEnumerable<int> attempts,
        TState next,
        TaskConfig? config = null,
        Func<Exception>? failure = null
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(attempts);
        ArgumentNullException.ThrowIfNull(next);
        int[] failing = [.. attempts];
        foreach (var attempt in failing)
            ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1, nameof(attempts));
        return new FailingTask<TState>(failing, next, config ?? TaskConfig.Minimal, failure);
    }
}

/// <summary>A task that fails on some attempts, and counts how often it was called.</summary>
public sealed class FailingTask<TState> : ITask<TState>
    where TState : notnull
{
    private readonly int[] _attempts;
    private readonly TState _next;
    private readonly Func<Exception>? _failure;
    private int _calls;

    internal FailingTask(int[] attempts, TState next, TaskConfig config, Func<Exception>? failure)
    {
        _attempts = attempts;
        _next = next;
        _failure = failure;
        Config = config;
    }

    /// <inheritdoc/>
    public string Name => nameof(FailingTask);

    /// <inheritdoc/>
    public TaskConfig Config { get; }

    /// <summary>How often it was called, whatever became of it.</summary>
    public int CallCount => Volatile.Read(ref _calls);

    /// <inheritdoc/>
    public ValueTask<TState> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        Interlocked.Increment(ref _calls);
        if (!_attempts.Contains(context.Attempt))
            return new(_next);
        return ValueTask.FromException<TState>(
            _failure?.Invoke() ?? new IOException($"Attempt {context.Attempt} fails as asked")
        );
    }
}
