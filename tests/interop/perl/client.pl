# Client of SOAP::Lite: every operation once; what it read, as JSON.
#
#     perl client.pl ENDPOINT v1|v2 1.1|1.2 FIRST TOKEN SECOND TOKEN
#
# Types are off, as docs/wire-contract.md says: each parameter would carry an xsi:type of its own choice.
use strict;
use warnings;
use JSON::PP;
use SOAP::Lite;

my ($endpoint, $version, $soap, $first, $token, $second, $other) = @ARGV;
my $namespace = "urn:CitesDataExchange/$version/";
my ($root, $seen) = @{{v1 => ['CBFShip', 'InspectedUnitQuantity'], v2 => ['CITESEPermit', 'UnitQuantity']}->{$version}};

SOAP::Lite->soapversion($soap);  # before the object is made: it keeps the names of its version
my $service = SOAP::Lite->new(proxy => $endpoint)->envprefix('soap')->autotype(0)->encodingStyle('');
$service->on_fault(sub { ref $_[1] ? $_[1] : die $service->transport->status });

sub call {
    my ($operation, @parameters) = @_;
    my $message = SOAP::Data->name("c:${operation}Request")->attr({'xmlns:c' => $namespace});
    $service->on_action(sub { qq("urn:$operation") });
    return $service->call($message, @parameters);
}

sub permit {
    my ($number, $token) = @_;
    return map { SOAP::Data->name(@$_) }
        ['CertificateNumber', $number], ['TokenId', $token], ['IsoCountryCode', 'MZ'];
}

sub quantities {
    my %found = @_;
    my @lines = map {
        SOAP::Data->name(CitesPosition => \SOAP::Data->value(
            SOAP::Data->name(ID => $_), SOAP::Data->name(InspectedUnitQuantity => $found{$_})))
    } sort keys %found;
    return SOAP::Data->name(ConfirmedQuantities => \SOAP::Data->value(@lines));
}

sub answer {
    my $answer = call(@_);
    die $answer->faultstring if $answer->fault;
    return $answer;
}

sub refused {
    my $answer = call(@_);
    return undef unless $answer->fault;
    my $path = $soap eq '1.1' ? '/Envelope/Body/Fault/detail/Fault' : '/Envelope/Body/Fault/Detail/Fault';
    my %fault = %{$answer->valueof($path)};
    return {map { $_ => $fault{$_} } grep { defined $fault{$_} } qw(Code Retry Position Box)};
}

sub lines {
    my ($answer, @quantity) = @_;
    my %found;
    my $items = "/Envelope/Body/[1]/$root/SpecifiedSupplyChainConsignment/IncludedSupplyChainConsignmentItem";
    my @ids = $answer->valueof("$items/ID");
    my @quantities = $answer->dataof(join('/', $items, @quantity));
    $found{$ids[$_]} = $quantities[$_]->value . ' ' . $quantities[$_]->attr->{unitCode} for 0 .. $#ids;
    return \%found;
}

my $permit = answer('GetNonFinalCitesCertificate', permit($first, $token));
my %facts = (
    number => $permit->valueof("/Envelope/Body/[1]/$root/HeaderExchangedDocument/ID"),
    lines => lines($permit, 'TransportLogisticsPackage', 'ItemQuantity'),
    not_final => refused('GetFinalCertificate', permit($first, $token)),
    too_much => refused('ConfirmQuantities', permit($first, $token), quantities(B => '12.500001')),
);
$facts{confirmation} = answer('ConfirmQuantities', permit($second, $other), quantities(A => '5', B => '12.5', C => '3'))
    ->valueof('/Envelope/Body/[1]/ConfirmationId');
$facts{final} = lines(answer('GetFinalCertificate', permit($second, $other)), 'ExaminationTransportEvent', $seen);
$facts{final_of_hub} = lines(answer('GetFinalCitesCertificate', permit($second, $other)), 'ExaminationTransportEvent', $seen);
$facts{state} = answer('ServiceState', SOAP::Data->name(IsoCountryCode => 'MZ'))->valueof('/Envelope/Body/[1]/State');
print JSON::PP->new->canonical->encode(\%facts), "\n";
