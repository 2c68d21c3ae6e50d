namespace Cano;

/// <summary>Asks again and again until something is ready. The whole loop is one attempt.</summary>
public interface IPollTask<TState>
{
    /// <summary>The name in logs, errors and diagrams.</summary>
    string Name => GetType().Name;

    /// <summary>Read once, when the task is registered; <see cref="TaskConfig.Minimal"/> unless given. An
    /// attempt timeout bounds the whole loop.</summary>
    TaskConfig Config => TaskConfig.Minimal;

    /// <summary>What a failed poll does to the loop; the first ends it unless given.</summary>
    PollErrorPolicy OnError => PollErrorPolicy.FailFast;

    /// <summary>Looks once: ready with the next state, or pending for a while.</summary>
    ValueTask<PollOutcome<TState>> PollAsync(TaskContext context, CancellationToken cancellationToken);
}

/// <summary>What a failed poll does to its loop.</summary>
public readonly record struct PollErrorPolicy
{
    private PollErrorPolicy(int errorsMax) => ErrorsMax = errorsMax;

    /// <summary>How many failures in a row are forgiven.</summary>
    internal int ErrorsMax { get; }

    /// <summary>The first failure ends the loop.</summary>
    public static PollErrorPolicy FailFast => default;

    /// <summary>Up to `max` failures in a row, not negative, are forgiven; the next one ends the loop. After
    /// a failure the loop waits as after the last pending answer, and 100 ms before there was one.</summary>
    public static PollErrorPolicy RetryOnError(int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(max);
        return new PollErrorPolicy(max);
    }

    /// <summary>As its maker is called: "RetryOnError(3)".</summary>
    public override string ToString() =>
        ErrorsMax == 0 ? nameof(FailFast) : $"{nameof(RetryOnError)}({ErrorsMax})";
}
