using System.Globalization;

namespace Cano;

/// <summary>Long work in small steps. The cursor is journaled after each, and a resume goes on at the last
/// one.</summary>
/// <remarks>Attempts, retries and the attempt timeout are those of a single step.</remarks>
public interface ISteppedTask<TState, TCursor>
{
    /// <summary>The name in logs, errors and diagrams.</summary>
    string Name => GetType().Name;

    /// <summary>Read once, when the task is registered; <see cref="TaskConfig.Default"/> unless
    /// given.</summary>
    TaskConfig Config => TaskConfig.Default;

    /// <summary>One step from a cursor: more to do from another cursor, or done with the next
    /// state.</summary>
    ValueTask<StepOutcome<TCursor, TState>> StepAsync(
        TaskContext context,
        Cursor<TCursor> cursor,
        CancellationToken cancellationToken
    );
}

/// <summary>Answers of a step.</summary>
public static class StepOutcome
{
    /// <summary>There is more to do, from this cursor.</summary>
    public static StepMore<TCursor> More<TCursor>(TCursor cursor) => new(cursor);

    /// <summary>Everything is done; this state follows.</summary>
    public static StepDone<TState> Done<TState>(TState state) => new(state);
}

/// <summary>There is more to do.</summary>
/// <param name="Cursor">Where the next step begins.</param>
public readonly record struct StepMore<TCursor>(TCursor Cursor)
{
    /// <summary>As its maker is called: "More(3)".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"More({Cursor})");
}

/// <summary>Everything is done.</summary>
/// <param name="State">The next state.</param>
public readonly record struct StepDone<TState>(TState State)
{
    /// <summary>As its maker is called: "Done(Shipped)".</summary>
    public override string ToString() => $"Done({State})";
}

/// <summary>More to do, or done.</summary>
public readonly record struct StepOutcome<TCursor, TState>
{
    private StepOutcome(bool isDone, TCursor? cursor, TState? state)
    {
        IsDone = isDone;
        IsMore = !isDone;
        Cursor = cursor;
        State = state;
    }

    internal bool IsDone { get; }

    /// <summary>False, like <see cref="IsDone"/>, of <c>default</c>.</summary>
    internal bool IsMore { get; }

    internal TCursor? Cursor { get; }

    internal TState? State { get; }

    /// <summary>Lets a step return <see cref="StepOutcome.More"/>.</summary>
    public static implicit operator StepOutcome<TCursor, TState>(StepMore<TCursor> m) =>
        new(false, m.Cursor, default);

    /// <summary>Lets a step return <see cref="StepOutcome.Done"/>.</summary>
    public static implicit operator StepOutcome<TCursor, TState>(StepDone<TState> m) =>
        new(true, default, m.State);

    /// <summary>As its maker is called: "More(3)", "Done(Shipped)".</summary>
    public override string ToString() =>
        IsDone ? new StepDone<TState?>(State).ToString()
        : IsMore ? new StepMore<TCursor?>(Cursor).ToString()
        : "no answer";
}
