using Cano.Runtime.Errors;

namespace Cano.Hosting.Stores;

/// <summary>The one place for the journal among those that code and configuration give.</summary>
internal static class ChosenStore
{
    /// <summary>The one; null when none is given. What configuration names gives way to code.</summary>
    /// <exception cref="CanoException">`configuration`: several are given.</exception>
    public static StoreChoice? Of(IReadOnlyList<StoreChoice> inCode, CanoHostOptions options)
    {
        var all = inCode.ToList();
        if (
            options.Journal is { Length: > 0 } directory
            && (inCode.Count == 0 || directory != options.ConfiguredJournal)
        )
            all.Add(StoreChoice.OfDirectory(directory, null));
        return all.Count <= 1
            ? all.FirstOrDefault()
            : throw InvalidConfiguration.Of(
                $"An engine has one journal, and {all.Count} are given: {string.Join(", ", all.Select(it => it.Text))}"
            );
    }
}
