using Cano.Kernel;

namespace Cano;

/// <summary>When a stream's window is full.</summary>
public readonly record struct StreamWindow
{
    // The type's default is a window of one.
    private readonly int _itemsBeyondFirst;

    private StreamWindow(int items, TimeSpan span)
    {
        _itemsBeyondFirst = items - 1;
        Span = span;
    }

    /// <summary>How many outputs fill it.</summary>
    internal int Items => _itemsBeyondFirst + 1;

    /// <summary>How long it stays open; zero when it is counted.</summary>
    internal TimeSpan Span { get; }

    /// <summary>Full with this many outputs, not negative; 0 counts as 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static StreamWindow Count(int items)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(items);
        return new(Math.Max(1, items), TimeSpan.Zero);
    }

    /// <summary>Full after this span, not negative; less than 1 ms counts as 1 ms. Empty windows are
    /// skipped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The span is negative.</exception>
    public static StreamWindow Duration(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        var min = TimeSpan.FromMilliseconds(1);
        return new(int.MaxValue, span < min ? min : span);
    }

    /// <summary>As its maker is called: "Count(100)", "Duration(5 s)".</summary>
    public override string ToString() =>
        Span > TimeSpan.Zero ? $"{nameof(Duration)}({Words.Span(Span)})" : $"{nameof(Count)}({Items})";
}

/// <summary>What a failed item does to its stream.</summary>
public readonly record struct ItemErrorPolicy
{
    private ItemErrorPolicy(int errorsMax) => ErrorsMax = errorsMax;

    /// <summary>How many failed items in a row are dropped before the stream fails.</summary>
    internal int ErrorsMax { get; }

    /// <summary>The first failed item ends the stream.</summary>
    public static ItemErrorPolicy FailFast => default;

    /// <summary>Failed items are dropped.</summary>
    public static ItemErrorPolicy SkipAndContinue => new(int.MaxValue);

    /// <summary>Up to `max` failed items in a row, not negative, are dropped; the next one ends the
    /// stream.</summary>
    public static ItemErrorPolicy RetryOnError(int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(max);
        return new ItemErrorPolicy(max);
    }

    /// <summary>As its maker is called: "RetryOnError(3)".</summary>
    public override string ToString() =>
        ErrorsMax switch
        {
            0 => nameof(FailFast),
            int.MaxValue => nameof(SkipAndContinue),
            _ => $"{nameof(RetryOnError)}({ErrorsMax})",
        };
}
