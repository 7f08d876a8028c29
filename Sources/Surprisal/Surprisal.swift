@_exported import SurprisalCore
@_exported import SurprisalData
@_exported import SurprisalDistributions
@_exported import SurprisalInformation
@_exported import SurprisalLatent
@_exported import SurprisalNetworks
@_exported import SurprisalReporting
@_exported import SurprisalTensors
