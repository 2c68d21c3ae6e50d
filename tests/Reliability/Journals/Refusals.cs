namespace Cano.Reliability.Journals;

/// <summary>How a store says no.</summary>
internal static class Refusals
{
    /// <summary>The message with which the call is refused.</summary>
    public static async Task<string> OfAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (CanoException refused)
        {
            Check(refused);
            return refused.Error.Message;
        }

        throw new Broken("a call succeeded that had to be refused");
    }

    /// <summary>A store's refusals have one category; an inbox says of a run that it is not there any
    /// more.</summary>
    public static void Check(CanoException refused) =>
        Broken.Unless(
            refused.Error.Category is "checkpoint_store" or "run_not_found" or "run_ended",
            $"a refusal of category '{refused.Error.Category}': {refused.Error.Message}"
        );
}
