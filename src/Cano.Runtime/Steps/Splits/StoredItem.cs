using Cano.Runtime.Data;
using Cano.Runtime.Errors;

namespace Cano.Runtime.Steps.Splits;

/// <summary>What a row keeps of a journaled branch: its item, and what it gave.</summary>
internal static class StoredItem
{
    /// <param name="value">The value.</param>
    /// <param name="what">What it is, for the text of an error, which goes on with the split's name.</param>
    /// <param name="context">Of the split.</param>
    /// <exception cref="CanoException">`configuration`: it cannot be kept.</exception>
    public static StoredValue Of<T>(T value, string what, TaskContext context) =>
        GivenValue.TryStore(value, typeof(T), context.Options.Values, out var stored, out var problem)
            ? stored
            : throw InvalidConfiguration.Of($"{what} '{context.State}' {problem}");

    /// <exception cref="CanoException">`workflow`: it is of another type.</exception>
    public static T Read<T>(StoredValue stored, string what, TaskContext context) =>
        KeptValue.Read<T>(
            stored,
            context.Options.Values,
            $"a journaled {what} of split '{context.State}'",
            typeof(T)
        );
}
