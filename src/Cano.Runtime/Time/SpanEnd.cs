namespace Cano.Runtime.Time;

/// <summary>The end of a span that began in this process.</summary>
/// <param name="Due">The instant that a row tells.</param>
/// <param name="End">When it is over here: the steady clock counts it.</param>
internal readonly record struct SpanEnd(DateTimeOffset Due, Moment End)
{
    /// <summary>Of a span that begins now.</summary>
    public static SpanEnd Begin(TimeSpan span, TimeProvider time) =>
        new(Delay.End(time.GetUtcNow(), span), Moment.After(span, time));
}
