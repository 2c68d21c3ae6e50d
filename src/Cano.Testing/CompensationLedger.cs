namespace Cano.Testing;

/// <summary>A book of effects: what steps did, and what their compensations took back. Effects are entered
/// under effect keys, as in a bank that knows its customers' idempotency keys: the same key twice is one
/// effect.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class CompensationLedger
{
    private const string UndoSuffix = "/undo";

    private readonly Lock _gate = new();
    private readonly List<(string Step, string Key)> _done = [];
    private readonly List<(string Step, string Key)> _undone = [];

    /// <summary>The steps whose effects were entered, in order.</summary>
    public IReadOnlyList<string> Done => Steps(_done);

    /// <summary>The steps whose effects were taken back, in order.</summary>
    public IReadOnlyList<string> Undone => Steps(_undone);

    /// <summary>The steps whose effects stand, in order.</summary>
    public IReadOnlyList<string> Left
    {
        get
        {
            lock (_gate)
            {
                var undone = _undone.Select(entry => entry.Key).ToHashSet();
                return [.. _done.Where(entry => !undone.Contains(entry.Key)).Select(entry => entry.Step)];
            }
        }
    }

    /// <summary>Enters the effect of the state under way. False when it is there already: a second attempt,
    /// or one after a crash.</summary>
    public bool Do(TaskContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Do(context.State, context.EffectKey);
    }

    /// <summary>Enters an effect under a key of one's own.</summary>
    public bool Do(string step, string key) => Enter(_done, step, key);

    /// <summary>Takes back the effect of the state being compensated. False when it was taken back
    /// before.</summary>
    public bool Undo(TaskContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var key = context.EffectKey;
        return Undo(
            context.State,
            key.EndsWith(UndoSuffix, StringComparison.Ordinal) ? key[..^UndoSuffix.Length] : key
        );
    }

    /// <summary>Takes back the effect under a key of one's own.</summary>
    public bool Undo(string step, string key) => Enter(_undone, step, key);

    /// <summary>Exactly these steps were compensated, in this order.</summary>
    /// <exception cref="CompensationException">They were not.</exception>
    public void AssertUndone(params IEnumerable<string> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        string[] expected = [.. steps];
        var undone = Undone;
        if (!undone.SequenceEqual(expected))
            throw Mismatch(expected, undone);
    }

    /// <summary>Everything that was done was undone, newest first.</summary>
    /// <exception cref="CompensationException">It was not.</exception>
    public void AssertReversed() => AssertUndone(Done.Reverse());

    /// <summary>Nothing stands: everything that was done was undone, in whatever order.</summary>
    /// <exception cref="CompensationException">Something does.</exception>
    public void AssertZero() => AssertLeft();

    /// <summary>The effects of exactly these steps stand, in the order in which they were done.</summary>
    /// <exception cref="CompensationException">Others do.</exception>
    public void AssertLeft(params IEnumerable<string> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        string[] expected = [.. steps];
        var left = Left;
        if (!left.SequenceEqual(expected))
            throw new CompensationException(
                $"Expected {Listed(expected)} to stand; what stands is {Listed(left)}."
            );
    }

    private static CompensationException Mismatch(IEnumerable<string> expected, IEnumerable<string> undone) =>
        new($"compensation order mismatch: expected {Listed(expected)}; compensated were {Listed(undone)}.");

    private static string Listed(IEnumerable<string> steps) => $"[{string.Join(", ", steps)}]";

    private bool Enter(List<(string Step, string Key)> book, string step, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(step);
        ArgumentException.ThrowIfNullOrEmpty(key);
        lock (_gate)
        {
            if (book.Any(entry => entry.Key == key))
                return false;
            book.Add((step, key));
            return true;
        }
    }

    private string[] Steps(List<(string Step, string Key)> book)
    {
        lock (_gate)
            return [.. book.Select(entry => entry.Step)];
    }
}

/// <summary>An assertion of a <see cref="CompensationLedger"/> did not hold; the message says what was
/// found.</summary>
public sealed class CompensationException(string message) : Exception(message);
