namespace Cano.Runtime.Errors;

/// <summary>The failure of a body that answered null or a default value; it says what to answer.</summary>
internal static class InvalidAnswer
{
    /// <summary>A default value, which is none of the answers there are.</summary>
    public static CanoException OfAnswer(string who, string kinds, string instead) =>
        Of($"{who} answered neither {kinds}: return {instead}");

    /// <summary>No object where there must be one.</summary>
    public static CanoException OfNull(string what, string instead) =>
        Of($"{what} returned null: return {instead}");

    /// <summary>A body that is not async and gives no task.</summary>
    public static CanoException OfNullTask(string name) => OfNull($"The body of '{name}'", "a task");

    private static CanoException Of(string text) => new(CanoError.Of(Fault.NewWorkflow(text)));
}
