namespace Cano.Runtime.Steps.Splits;

/// <summary>What became of the branches of a split so far. The run's loop alone asks and counts; a branch
/// marks.</summary>
internal sealed class BranchEnds(int count)
{
    private const byte Succeeded = 1;
    private const byte Counted = 2;

    private readonly byte[] _marks = new byte[count];
    private CanoError?[]? _errors;

    /// <summary>How many that succeeded count.</summary>
    public int SucceededCount { get; private set; }

    /// <summary>How many that failed count.</summary>
    public int FailedCount { get; private set; }

    /// <summary>Whether the branch ended before the verdict, or before this process began.</summary>
    public bool AreCounted(int index) => _marks[index] == Counted;

    /// <summary>A branch has succeeded, and is counted when that matters; called from wherever it
    /// ran.</summary>
    public void HasSucceeded(int index) => Volatile.Write(ref _marks[index], Succeeded);

    /// <summary>Counts those that were marked. How many they are.</summary>
    public int CountMarked()
    {
        var counted = 0;
        foreach (ref var mark in _marks.AsSpan())
        {
            if (Volatile.Read(ref mark) != Succeeded)
                continue;
            mark = Counted;
            counted++;
        }

        SucceededCount += counted;
        return counted;
    }

    /// <summary>Counts a branch that has ended; error: null of one that succeeded.</summary>
    public void Count(int index, CanoError? error)
    {
        _marks[index] = Counted;
        if (error is null)
        {
            SucceededCount++;
            return;
        }

        FailedCount++;
        (_errors ??= new CanoError?[_marks.Length])[index] = error;
    }

    /// <summary>All of it. A branch that does not count was cancelled.</summary>
    public SplitResult Result(string[] names)
    {
        if (SucceededCount == names.Length)
            return new(new EverySuccess(names), [], []);
        var successes = new BranchSuccess[SucceededCount];
        var errors = new BranchError[FailedCount];
        var cancelled = new BranchCancelled[names.Length - SucceededCount - FailedCount];
        var (succeeded, failed, stopped) = (0, 0, 0);
        for (var i = 0; i < names.Length; i++)
        {
            if (!AreCounted(i))
                cancelled[stopped++] = new(i, names[i]);
            else if (_errors?[i] is { } error)
                errors[failed++] = new(i, names[i], error);
            else
                successes[succeeded++] = new(i, names[i]);
        }

        return new(successes, errors, cancelled);
    }
}
