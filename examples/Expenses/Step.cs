namespace Cano.Examples.Expenses;

/// <summary>Where an expense is.</summary>
/// <remarks>The stored names are what journals hold, and what the prompt shows.</remarks>
public enum Step
{
    [StoredAs("accept")]
    Accept,

    [StoredAs("reserve")]
    Reserve,

    [StoredAs("first-approval")]
    FirstApproval,

    [StoredAs("first-reminder")]
    FirstReminder,

    [StoredAs("first-last-call")]
    FirstLastCall,

    [StoredAs("second-approval")]
    SecondApproval,

    [StoredAs("second-reminder")]
    SecondReminder,

    [StoredAs("second-last-call")]
    SecondLastCall,

    [StoredAs("pay")]
    Pay,

    [StoredAs("paid")]
    Paid,

    [StoredAs("refused")]
    Refused,

    [StoredAs("expired")]
    Expired,
}
