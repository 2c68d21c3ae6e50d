namespace Cano.Runtime.Resilience;

/// <summary>What a call gives that may be but a part of an attempt.</summary>
internal interface IUnfinished
{
    /// <summary>Whether more of the same attempt follows: until that has ended well, a breaker hears of no
    /// success.</summary>
    bool IsUnfinished { get; }
}
