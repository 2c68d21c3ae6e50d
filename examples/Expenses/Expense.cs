namespace Cano.Examples.Expenses;

/// <summary>The input of a run: what somebody wants to be paid.</summary>
/// <param name="Amount">How much.</param>
/// <param name="What">For what.</param>
public sealed record Expense(decimal Amount, string What);

/// <summary>What an approval carries.</summary>
/// <param name="By">Who approved.</param>
public sealed record Approval(string By)
{
    /// <summary>Whoever writes a name in capitals is the same person.</summary>
    public static StringComparer Names => StringComparer.OrdinalIgnoreCase;
}

/// <summary>What a refusal carries.</summary>
/// <param name="By">Who refused.</param>
public sealed record Refusal(string By);

/// <summary>Why an expense is not paid. It is thrown to end the run: what it completed is undone.</summary>
public sealed class NotPaidException(string why) : Exception(why);
