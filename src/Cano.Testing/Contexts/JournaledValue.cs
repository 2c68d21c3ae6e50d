using Cano.Runtime.Data;
using Cano.Runtime.Errors;

namespace Cano.Testing.Contexts;

/// <summary>A value of a task on its way through a journal: what cannot pass fails the test, not the first
/// resume.</summary>
internal static class JournaledValue
{
    public static byte[] Written<T>(string what, string task, T value) =>
        Passed("serialize", what, task, value, static value => ValueCodec.Plain.Write(value));

    public static T Read<T>(string what, string task, byte[] json) =>
        Passed("deserialize", what, task, json, static json => ValueCodec.Plain.Read<T>(json)!);

    private static TTo Passed<TFrom, TTo>(
        string way,
        string what,
        string task,
        TFrom from,
        Func<TFrom, TTo> pass
    )
    {
        try
        {
            return pass(from);
        }
        // Whatever a property or a constructor of the value throws.
        catch (Exception thrown)
        {
            var error = CanoError.Of(
                Fault.NewGeneric($"{way} {what} for `{task}`: {UserText.MessageOf(thrown)}")
            );
            throw new CanoException(error, thrown);
        }
    }
}
