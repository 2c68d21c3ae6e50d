using System.Reflection;

namespace Cano.Integration.Registration;

/// <summary>Mistakes that the signatures leave no room for.</summary>
public sealed class ByTypesTests
{
    private static readonly MethodInfo[] s_registrations =
    [
        .. typeof(Workflow<string>)
            .GetMethods()
            .Where(method => method.Name.StartsWith("Register", StringComparison.Ordinal)),
    ];

    [Fact]
    [Trait("ID", "G19")]
    public void No_split_takes_compensatable_branches()
    {
        var splits = Named("RegisterSplit");

        // Two for tasks, and eight for items.
        Assert.Equal(10, splits.Length);
        Assert.DoesNotContain(splits, Takes(typeof(ICompensatableTask<,>)));
    }

    [Fact]
    [Trait("ID", "L11")]
    public void Stepped_work_has_no_plain_registration_without_a_cursor() =>
        Assert.DoesNotContain(Named("Register"), Takes(typeof(ISteppedTask<,>)));

    [Fact]
    [Trait("ID", "M11")]
    public void A_stream_has_no_plain_registration_without_a_cursor() =>
        Assert.DoesNotContain(Named("Register"), Takes(typeof(IStreamTask<,,,>)));

    private static MethodInfo[] Named(string name) =>
        [.. s_registrations.Where(method => method.Name == name)];

    private static Predicate<MethodInfo> Takes(Type open) =>
        method => method.GetParameters().Any(parameter => Mentions(parameter.ParameterType, open));

    private static bool Mentions(Type type, Type open) =>
        type.IsGenericType
        && (
            type.GetGenericTypeDefinition() == open
            || type.GetGenericArguments().Any(argument => Mentions(argument, open))
        );
}
