"""Real tables: the kind that a person would give each column, and every cell's own spelling."""

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import pytest

from parhelion.schema import Schema, Table, discover, native, spelled, stored

DATA = Path("/work/shared/data")
EXPECTED: dict[str, dict[str, str]] = {
    "adult/test.csv": {
        "number": "age, fnlwgt, education-num, capital-gain, capital-loss, hours-per-week",
        "category": (
            "workclass, education, marital-status, occupation, relationship, race, sex, native-country, income"
        ),
    },
    "adult/train.csv": {
        "number": "age, fnlwgt, education-num, capital-gain, capital-loss, hours-per-week",
        "category": (
            "workclass, education, marital-status, occupation, relationship, race, sex, native-country, income"
        ),
    },
    "online_shoppers/online_shoppers.csv": {
        "number": (
            "Administrative, Administrative_Duration, Informational, Informational_Duration, ProductRelated, "
            "ProductRelated_Duration, BounceRates, ExitRates, PageValues, SpecialDay"
        ),
        "category": "Month, OperatingSystems, Browser, Region, TrafficType, VisitorType",
        "boolean": "Weekend, Revenue",
    },
    "diabetes130/diabetic_data.parquet": {
        "identifier": "encounter_id, patient_nbr",
        "category": (
            "race, gender, age, weight, admission_type_id, discharge_disposition_id, admission_source_id, "
            "payer_code, medical_specialty, diag_1, diag_2, diag_3, max_glu_serum, A1Cresult, metformin, "
            "repaglinide, nateglinide, chlorpropamide, glimepiride, acetohexamide, glipizide, glyburide, "
            "tolbutamide, pioglitazone, rosiglitazone, acarbose, miglitol, troglitazone, tolazamide, "
            "insulin, glyburide-metformin, glipizide-metformin, glimepiride-pioglitazone, "
            "metformin-rosiglitazone, metformin-pioglitazone, change, readmitted"
        ),
        "number": (
            "time_in_hospital, num_lab_procedures, num_procedures, num_medications, number_outpatient, "
            "number_emergency, number_inpatient, number_diagnoses"
        ),
        "constant": "examide, citoglipton",
        "boolean": "diabetesMed",
    },
    "diabetes130/map_admission_source_id.csv": {
        "identifier": "admission_source_id",
        "text": "description",
    },
    "diabetes130/map_admission_type_id.csv": {
        "identifier": "admission_type_id",
        "text": "description",
    },
    "diabetes130/map_discharge_disposition_id.csv": {
        "identifier": "discharge_disposition_id",
        "text": "description",
    },
    "california_housing/california_housing.csv": {
        "longitude": "longitude",
        "latitude": "latitude",
        "number": (
            "housing_median_age, total_rooms, total_bedrooms, population, households, median_income, median_house_value"
        ),
        "category": "ocean_proximity",
    },
    "heart_cleveland/heart_cleveland.csv": {
        "number": "age, cp, trestbps, chol, restecg, thalach, oldpeak, slope, ca, num",
        "boolean": "sex, fbs, exang",
        "category": "thal",
    },
    "insurance/insurance.csv": {
        "number": "age, bmi, children, charges",
        "category": "sex, region",
        "boolean": "smoker",
    },
    "chinook/Album.csv": {
        "identifier": "AlbumId, ArtistId",
        "text": "Title",
    },
    "chinook/Artist.csv": {
        "identifier": "ArtistId",
        "text": "Name",
    },
    "chinook/Customer.csv": {
        "identifier": "CustomerId",
        "first_name": "FirstName",
        "last_name": "LastName",
        "company": "Company",
        "address": "Address",
        "city": "City",
        "category": "State, Country, SupportRepId",
        "postcode": "PostalCode",
        "phone": "Phone, Fax",
        "email": "Email",
    },
    "chinook/Employee.csv": {
        "identifier": "EmployeeId",
        "last_name": "LastName",
        "first_name": "FirstName",
        "category": "Title, City",
        "number": "ReportsTo",
        "date": "BirthDate, HireDate",
        "address": "Address",
        "constant": "State, Country",
        "postcode": "PostalCode",
        "phone": "Phone, Fax",
        "email": "Email",
    },
    "chinook/Genre.csv": {
        "identifier": "GenreId",
        "text": "Name",
    },
    "chinook/Invoice.csv": {
        "identifier": "InvoiceId, CustomerId",
        "date": "InvoiceDate",
        "address": "BillingAddress",
        "category": "BillingCity, BillingState, BillingCountry, BillingPostalCode",
        "number": "Total",
    },
    "chinook/InvoiceLine.csv": {
        "identifier": "InvoiceLineId, InvoiceId, TrackId",
        "number": "UnitPrice",
        "constant": "Quantity",
    },
    "chinook/MediaType.csv": {
        "identifier": "MediaTypeId",
        "text": "Name",
    },
    "chinook/Playlist.csv": {
        "identifier": "PlaylistId",
        "category": "Name",
    },
    "chinook/PlaylistTrack.csv": {
        "category": "PlaylistId",
        "identifier": "TrackId",
    },
    "chinook/Track.csv": {
        "identifier": "TrackId, AlbumId",
        "text": "Name",
        "category": "MediaTypeId, GenreId, Composer",
        "number": "Milliseconds, Bytes, UnitPrice",
    },
    "northwind/categories.csv": {
        "identifier": "category_id",
        "text": "category_name, description",
    },
    "northwind/customers.csv": {
        "identifier": "customer_id",
        "company": "company_name",
        "name": "contact_name",
        "category": "contact_title, region, country",
        "address": "address",
        "city": "city",
        "postcode": "postal_code",
        "phone": "phone, fax",
    },
    "northwind/employee_territories.csv": {
        "identifier": "employee_id, territory_id",
    },
    "northwind/employees.csv": {
        "identifier": "employee_id",
        "last_name": "last_name",
        "first_name": "first_name",
        "category": "title, title_of_courtesy, region, country",
        "date": "birth_date, hire_date",
        "address": "address",
        "city": "city",
        "postcode": "postal_code",
        "phone": "home_phone",
        "number": "extension, reports_to",
        "text": "notes",
        "url": "photo_path",
    },
    "northwind/order_details.csv": {
        "identifier": "order_id",
        "category": "product_id",
        "number": "unit_price, quantity, discount",
    },
    "northwind/orders.csv": {
        "identifier": "order_id, customer_id",
        "category": "employee_id, ship_name, ship_city, ship_region, ship_postal_code, ship_country",
        "date": "order_date, required_date, shipped_date",
        "number": "ship_via, freight",
        "address": "ship_address",
    },
    "northwind/products.csv": {
        "identifier": "product_id, supplier_id, category_id",
        "text": "product_name, quantity_per_unit",
        "number": "unit_price, units_in_stock, units_on_order, reorder_level",
        "boolean": "discontinued",
    },
    "northwind/region.csv": {
        "identifier": "region_id",
        "text": "region_description",
    },
    "northwind/shippers.csv": {
        "identifier": "shipper_id",
        "company": "company_name",
        "phone": "phone",
    },
    "northwind/suppliers.csv": {
        "identifier": "supplier_id",
        "company": "company_name",
        "name": "contact_name",
        "category": "contact_title, region, country",
        "address": "address",
        "city": "city",
        "postcode": "postal_code",
        "phone": "phone, fax",
        "url": "homepage",
    },
    "northwind/territories.csv": {
        "identifier": "territory_id",
        "text": "territory_description",
        "category": "region_id",
    },
    "northwind/us_states.csv": {
        "identifier": "state_id",
        "text": "state_name, state_abbr",
        "category": "state_region",
    },
    "sakila/actor.csv": {
        "identifier": "actor_id",
        "first_name": "first_name",
        "last_name": "last_name",
        "constant": "last_update",
    },
    "sakila/address.csv": {
        "identifier": "address_id, city_id",
        "address": "address",
        "constant": "address2, district, phone, last_update",
        "postcode": "postal_code",
    },
    "sakila/category.csv": {
        "identifier": "category_id",
        "text": "name",
        "constant": "last_update",
    },
    "sakila/city.csv": {
        "identifier": "city_id, country_id",
        "city": "city",
        "constant": "last_update",
    },
    "sakila/country.csv": {
        "identifier": "country_id",
        "text": "country",
        "constant": "last_update",
    },
    "sakila/customer.csv": {
        "identifier": "customer_id, address_id",
        "category": "store_id",
        "first_name": "first_name",
        "last_name": "last_name",
        "email": "email",
        "constant": "activebool, create_date, last_update",
        "boolean": "active",
    },
    "sakila/film.csv": {
        "identifier": "film_id",
        "text": "title, description",
        "constant": "release_year, language_id, original_language_id, last_update",
        "number": "rental_duration, rental_rate, length, replacement_cost",
        "category": "rating, special_features",
    },
    "sakila/film_actor.csv": {
        "identifier": "actor_id, film_id",
        "constant": "last_update",
    },
    "sakila/film_category.csv": {
        "identifier": "film_id",
        "category": "category_id",
        "constant": "last_update",
    },
    "sakila/inventory.csv": {
        "identifier": "inventory_id, film_id",
        "category": "store_id",
        "constant": "last_update",
    },
    "sakila/language.csv": {
        "identifier": "language_id",
        "text": "name",
        "constant": "last_update",
    },
    "sakila/payment.csv": {
        "identifier": "payment_id, customer_id, rental_id",
        "category": "staff_id",
        "number": "amount",
        "datetime": "payment_date",
    },
    "sakila/rental.csv": {
        "identifier": "rental_id, inventory_id, customer_id",
        "datetime": "rental_date, return_date, last_update",
        "category": "staff_id",
    },
    "sakila/staff.csv": {
        "identifier": "staff_id, address_id, store_id",
        "first_name": "first_name",
        "last_name": "last_name",
        "email": "email",
        "constant": "active, last_update",
        "username": "username",
    },
    "sakila/store.csv": {
        "identifier": "store_id, manager_staff_id, address_id",
        "constant": "last_update",
    },
    "cdnow/purchases.csv": {
        "identifier": "users_id",
        "date": "date",
        "number": "cds, amt",
    },
    "cdnow/users.csv": {
        "identifier": "id",
    },
    "household_power_daily/household_power_daily.csv": {
        "date": "date",
        "number": (
            "Global_active_power, Global_reactive_power, Voltage, Global_intensity, Sub_metering_1, "
            "Sub_metering_2, Sub_metering_3, sub_metering_4"
        ),
    },
    "etth1/etth1.csv": {
        "datetime": "date",
        "number": "HUFL, HULL, MUFL, MULL, LUFL, LULL, OT",
    },
    "sms_spam/sms_spam.csv": {
        "category": "label",
        "text": "text",
    },
}


def read(name: str) -> tuple[pa.Table, bool]:
    """A table as its source holds it, and whether that is untyped text."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    if path.suffix == ".parquet":
        return pa.parquet.read_table(path), False
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    text = pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    return pa.csv.read_csv(path, parse_options=pa.csv.ParseOptions(newlines_in_values=True), convert_options=text), True


def kind_of(column) -> str:
    return getattr(column, "what", None) or getattr(column, "part", None) or column.kind


def by_kind(table: Table) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for column in table.columns:
        found.setdefault(kind_of(column), []).append(column.name)
    return {kind: ", ".join(names) for kind, names in found.items()}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_column_is_of_the_kind_a_person_would_give_it(name):
    table, untyped = read(name)
    assert by_kind(discover(table, untyped=untyped)) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_values_come_back_in_their_own_spelling(name):
    table, untyped = read(name)
    for spec in discover(table, untyped=untyped).columns:
        values = native(table[spec.name], spec)
        if untyped and spec.name != "BounceRates":  # Python wrote 7.33e-05 there, and Arrow writes 0.0000733
            assert spelled(values, spec).equals(table[spec.name].combine_chunks()), spec.name
        if not untyped:
            assert stored(values, spec).equals(table[spec.name].combine_chunks()), spec.name


def test_small_numbers_keep_their_value():
    table, _ = read("online_shoppers/online_shoppers.csv")
    spec = discover(table, untyped=True).column("BounceRates")
    values = native(table["BounceRates"], spec)
    assert native(spelled(values, spec), spec).equals(values)


@pytest.mark.parametrize("name", EXPECTED)
def test_schemas_survive_yaml_and_json(name):
    table, untyped = read(name)
    schema = Schema(tables=(discover(table, name=name, untyped=untyped),))
    assert Schema.from_dict(schema.model_dump(mode="json")) == schema
    read_again = Schema.from_yaml(schema.to_yaml())
    forgotten = {"sure": 1.0, "why": ""}
    columns = tuple(column.model_copy(update=forgotten) for column in schema.tables[0].columns)
    assert read_again.tables[0].columns == columns


@pytest.mark.parametrize(
    "name", ["adult/train.csv", "insurance/insurance.csv", "california_housing/california_housing.csv"]
)
def test_a_typed_table_has_the_same_kinds_as_its_text(name):
    table, _ = read(name)
    typed = pa.csv.read_csv(DATA / name)
    kinds = {column.name: column.kind for column in discover(table, untyped=True).columns}
    assert {column.name: column.kind for column in discover(typed, untyped=False).columns} == kinds


def test_the_guesses_of_heart_are_the_columns_that_are_codes():
    table, _ = read("heart_cleveland/heart_cleveland.csv")
    found = discover(table, name="heart", untyped=True)
    assert {column.name for column in found.guesses()} == {"cp", "restecg", "slope", "ca", "thal"}


def test_none_is_a_value_where_values_are_words():
    table, _ = read("diabetes130/diabetic_data.parquet")
    spec = discover(table, untyped=False).column("max_glu_serum")
    assert pc.sum(pc.equal(native(table["max_glu_serum"], spec), "None")).as_py() == 96420
